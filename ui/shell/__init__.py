"""The frame around the pages: window, navigation, search, key sheet, settings."""
