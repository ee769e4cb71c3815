package main

import (
	"database/sql"
	"math/rand/v2"
	"testing"
	"time"
)

// A server that is killed again and again while forges and agents send, each of
// which repeats what was not acknowledged, loses nothing that it acknowledged and
// applies nothing twice. For half of the time it is alone; then there are two, of
// which one works while the other is killed.
func TestServerKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	const senders = 6
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)

	url, hub := newPostgres(t).URL("landfall"), registry(t)
	servers := []*process{streamServer(t, url, hub)}
	s := newStream(t, senders)
	s.prepare(servers[0])
	s.to(servers[0].base)
	s.begin()
	for round := range rounds {
		if round == rounds/2 {
			servers = append(servers, streamServer(t, url, hub))
			s.to(servers[0].base, servers[1].base)
		}
		time.Sleep(time.Duration(5+random.IntN(296)) * time.Millisecond) // the moment is what is tested
		victim := servers[random.IntN(len(servers))]
		victim.kill()
		victim.start()
		s.to(bases(servers)...)
	}
	s.end()
	t.Logf("%d kills: %s", rounds, s.said())
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	s.settle(pool)
	s.check(pool)
	s.checkAPI(servers[0])
}

func bases(servers []*process) []string {
	var all []string
	for _, p := range servers {
		all = append(all, p.base)
	}
	return all
}
