"""The verbs. Each takes a unit of work and plain values, changes tables through it, and never prints."""
