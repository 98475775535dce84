"""The embedded stack: PostgreSQL, Redis, web and worker under one supervisor."""
