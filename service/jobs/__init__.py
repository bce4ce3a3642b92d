"""Jobs: from an upload to a stored plan, in durable steps."""
