"""会议: the calendar, the registers, telling, and minutes typed while people talk."""
