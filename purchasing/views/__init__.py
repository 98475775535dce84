"""One function per URL."""
