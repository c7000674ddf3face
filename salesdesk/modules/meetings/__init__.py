"""会议: rooms, series, meetings with their people and agenda, notices, minutes, and resolutions followed to their end."""
