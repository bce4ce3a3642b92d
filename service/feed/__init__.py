"""What others follow and tell back: changes, webhooks, calendars, reports, what trackers hold."""
