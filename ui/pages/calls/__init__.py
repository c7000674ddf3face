"""客户来电: the card that answers a telephone call."""
