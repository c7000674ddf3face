"""The parts every page is made of: colours, controls, messages, charts. They know fields, they know no subject."""
