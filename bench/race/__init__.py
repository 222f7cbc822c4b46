"""The benchmark of the race: what it costs and finds, beside training every model at every rate."""
