"""One function per URL: the door, one's own account, what an organisation decides."""
