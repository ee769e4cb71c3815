package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/signin"
)

// readSignIn reads with which provider of identities people sign in, if there is one.
func (c *config) readSignIn() error {
	said := map[string]string{}
	for _, name := range []string{"ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "ORG", "ALLOW"} {
		said[name], _ = c.env("LANDFALL_SIGNIN_" + name)
	}
	var problems []error
	if _, there := c.env("LANDFALL_SIGNIN_CLIENT_SECRET"); there && said["CLIENT_SECRET"] == "" {
		problems = append(problems, errors.New("LANDFALL_SIGNIN_CLIENT_SECRET is set but empty: unset it if the provider gave none"))
	}
	if said["ISSUER"] == "" {
		for _, name := range []string{"CLIENT_ID", "CLIENT_SECRET", "NAME", "ORG", "ALLOW"} {
			if said[name] != "" {
				problems = append(problems, fmt.Errorf("LANDFALL_SIGNIN_%s is set without LANDFALL_SIGNIN_ISSUER: say with which provider people sign in", name))
			}
		}
		return errors.Join(problems...)
	}
	p := &signin.Provider{
		Issuer: said["ISSUER"], ClientID: said["CLIENT_ID"], ClientSecret: said["CLIENT_SECRET"], Name: said["NAME"],
		Organization: cmp.Or(said["ORG"], c.BootstrapOrg, defaultOrg),
	}
	if err := signin.CheckIssuer(p.Issuer); err != nil {
		problems = append(problems, fmt.Errorf("LANDFALL_SIGNIN_ISSUER: %w", err))
	} else if u, err := url.Parse(p.Issuer); err == nil {
		p.Name = cmp.Or(p.Name, u.Host)
	}
	if p.ClientID == "" {
		problems = append(problems, errors.New("LANDFALL_SIGNIN_CLIENT_ID is not set: it is what the provider calls this server"))
	}
	if !namePattern.MatchString(p.Organization) {
		problems = append(problems, fmt.Errorf("LANDFALL_SIGNIN_ORG is %q, and must be the name of an organization", p.Organization))
	}
	var err error
	if p.Rules, err = signin.ParseRules(said["ALLOW"]); err != nil {
		problems = append(problems, fmt.Errorf("LANDFALL_SIGNIN_ALLOW: %w", err))
	} else if len(p.Rules) == 0 {
		problems = append(problems, errors.New("LANDFALL_SIGNIN_ALLOW is not set, so that nobody could sign in: say who may, such as *@example.com=reader"))
	}
	c.SignIn = p
	return errors.Join(problems...)
}

// checkSignIn makes sure that there is an organization that people can join.
func (c *config) checkSignIn(ctx context.Context, d *db.DB) error {
	if c.SignIn == nil {
		return nil
	}
	_, err := d.Organization(ctx, c.SignIn.Organization)
	if model.KindOf(err) == model.KindNotFound {
		return fmt.Errorf("people who sign in would join organization %s, which does not exist: LANDFALL_SIGNIN_ORG names another one", c.SignIn.Organization)
	}
	return err
}
