package graph

// Connections is how many connections there are that events are told over.
func Connections(s *Streams) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// CostLimit is the most that an operation may cost.
const CostLimit = costLimit
