"""In what order a migration happens. Generators that yield durable tasks; every decision is made in `migration/`.

The rules, because an orchestrator runs again from its start at every event (replay):
- Time is `ctx.current_utc_datetime`, ids are `ctx.new_uuid()`, waiting is `ctx.create_timer`.
- No clock, randomness, environment, files, network, threads, module state. Settings arrive in the input.
- Sort before iterating a set. Log through the replay-safe logger.
- Changing the order, number or names of yielded tasks breaks running instances: make a new version, or say "drain
  first" in the changelog under "Replay".
"""
