"""A living demo floor: sample leads, a campaign with a released batch, and simulated colleagues."""
