package main

import (
	"fmt"
	"io"
)

func printHelp(w io.Writer) error {
	_, err := fmt.Fprint(w, `Landfall follows a git commit to where it runs. This is its server.

Usage:
  landfalld serve [flags]   serve until SIGTERM or Ctrl-C
  landfalld version         print the version

Flags of serve:
  --listen address          see LANDFALL_LISTEN
  --data-dir directory      see LANDFALL_DATA_DIR
  --url url                 see LANDFALL_URL

Environment (a flag goes before it):
  LANDFALL_LISTEN           address and port to listen on; 127.0.0.1:8080
  LANDFALL_URL              where users reach this server, for links to it;
                            http:// and the address that is listened on
  LANDFALL_DATA_DIR         where the private Postgres keeps its data, for one
                            server at a time; as root /var/lib/landfall, else
                            $XDG_DATA_HOME/landfall or ~/.local/share/landfall
  LANDFALL_DATABASE_URL     a Postgres of your own, 14 or newer, for any number
                            of servers: postgres://user:password@host/database?
                            sslmode=verify-full. If it is not set, a private
                            Postgres is run; its programs must be installed
  LANDFALL_DATABASE_DIRECT_URL
                            the same database without a pooler between, such as
                            PgBouncer: to hear of events, and to migrate
  LANDFALL_BOOTSTRAP_ORG    an organization to make sure of at start. Without
                            it, the first start makes one called default
  LANDFALL_BOOTSTRAP_TOKEN  its admin token, if it is made: 8 characters or
                            more. Without it, one is made and printed once
  LANDFALL_KEEP_DELIVERIES  for how many days webhook deliveries are kept that
                            need nothing any more: 90d; 0 for ever
  LANDFALL_REGISTRY         host of the registry that is asked for the digests of
                            images that Docker Hub tells of: index.docker.io;
                            off for none
  LANDFALL_OIDC_ISSUERS     whose id tokens prove CI jobs, with commas between:
                            https://token.actions.githubusercontent.com
  LANDFALL_NOTIFY_PRIVATE   true lets addresses inside the server's own network be
                            told of events; false
  LANDFALL_SIGNIN_ISSUER    a provider of identities (OpenID Connect) with which
                            people sign in; without it, only tokens let them in
  LANDFALL_SIGNIN_CLIENT_ID, LANDFALL_SIGNIN_CLIENT_SECRET
                            what the provider calls this server, and its secret;
                            it sends people back to LANDFALL_URL/session/oidc/callback
  LANDFALL_SIGNIN_ALLOW     who may come in and as what, with commas between:
                            ada@example.com=admin, *@example.com=reader,
                            group:platform=member, *=reader; the highest role that
                            fits; reader, reporter, member or admin
  LANDFALL_SIGNIN_ORG       the organization that they join;
                            that of LANDFALL_BOOTSTRAP_ORG, else default
  LANDFALL_SIGNIN_NAME      what the button is called; the provider's host
  LANDFALL_CONFIG           where the CLI's configuration is, which the first
                            start writes; landfall/config.yaml in
                            $XDG_CONFIG_HOME or ~/.config
  GOGC, GOMEMLIMIT          Go's collector; by default a memory limit is set
                            from what the machine or the container has

HTTP:
  /healthz                  200 while the process is up
  /readyz                   200 while it can answer, else 503
`)
	return err
}
