"""What a person at a station can ask for: one module per job, each operation declared once for every door."""
