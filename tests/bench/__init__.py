"""The portal's speed, as ratios that one run measures itself: `script/bench`.

Each piece of the portal's work runs in a process and on a database of its own, so that its peak memory is its own.
"""
