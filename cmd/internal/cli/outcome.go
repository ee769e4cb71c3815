package cli

import "cmp"

// outcome is what a command that changes something has to say, in the three
// ways it can be written.
type outcome struct {
	document any
	cells    []string // what tells the thing, for tabs; whether it is new follows
	created  bool     // it was not there before
	what     string   // the thing, at the start of a sentence
	verb     string   // what was done, if it was not there before
	word     string   // what was done, for tabs; `created` or `unchanged` if empty
}

// writeOutcome writes an outcome as was asked for.
func (app *App) writeOutcome(output *outputFlag, o outcome) error {
	if output.isJSON() {
		return app.IO.JSON(o.document)
	}
	output.forOne(app.IO)
	switch {
	case app.IO.Plain:
		app.IO.Table(nil, [][]string{append(o.cells, cmp.Or(o.word, novelty(o.created)))})
	case o.created:
		app.IO.Line("%s %s.", o.what, o.verb)
	default:
		app.IO.Line("%s was there already; nothing changed.", o.what)
	}
	return nil
}

// novelty says in one word whether something is new.
func novelty(created bool) string {
	if created {
		return "created"
	}
	return "unchanged"
}
