#!/bin/sh
# An upgrade, which dpkg calls so and rpm calls 1, leaves the agent as it is.
if [ -d /run/systemd/system ] && [ "$1" != upgrade ] && [ "$1" != 1 ]; then
	systemctl disable --now landfall-agent.service || true
fi
