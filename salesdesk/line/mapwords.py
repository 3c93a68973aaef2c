"""The words that a sales map may use without declaring them: flags, and the ends of routes."""

FLAGS: dict[str, str] = {
    "reached_human": "A human being answered or came to the line; voicemail and menus do not count.",
    "right_party": "The human was the contact the lead is about, or the one who now has that job.",
    "proposition_spoken": "The opening proposition of the script was said aloud.",
    "conversation": "The right party was engaged and the opening proposition was spoken.",
    "selling_conversation": "A conversation in which the campaign's proposition got a yes, a no or a next step.",
    "positive": "The prospect agreed to the next step that the campaign asked for.",
    "promise": "A time to call again was agreed with the prospect's side.",
    "referral": "We were sent to another person who may want it.",
    "bad_data": "The record is wrong: the list and its supplier are charged, never the caller.",
    "bad_fit": "The company is outside the market that the campaign was meant for.",
    "opt_out": "We were asked not to call again.",
    "closes": "The lead is finished with: no plan or campaign brings it back by itself.",
    "accepted": "The executive found every written criterion of the hand-off met.",
    "held": "The meeting took place with the prospect present.",
    "no_show": "The prospect did not come to the meeting and had not cancelled it a day ahead.",
    "won": "An order was signed or a first invoice sent, whichever came first.",
}
"""Every flag an outcome may carry, with its operational definition."""

PLACES: dict[str, str] = {
    "pool": "Back among the campaign's leads that are dealt at its calling station.",
    "promise": "Kept for the agreed time, for the person who promised or for anyone.",
    "house_list": "At rest in the house list until a campaign takes it up again.",
    "suppression": "On the do-not-call list.",
    "none": "Nowhere: the ticket is finished.",
}
"""Ends of a route that are not stations."""

NEEDS = {"selling_conversation": "conversation", "conversation": "proposition_spoken"}
"""A flag and the flag without which it does not hold."""
