package services

import "pitboss/regions/role"

// Runs is what of Kubernetes runs the service: its Kind, or a Deployment.
func (s Service) Runs() Kind {
	if s.Kind == "" {
		return Deployment
	}
	return s.Kind
}

// Counted says whether the service has a number of replicas: what runs on every node of
// its pool, or on a schedule, has none.
func (s Service) Counted() bool { return s.Runs() == Deployment || s.Runs() == StatefulSet }

// Scaled says whether an autoscaler owns the number of replicas above the floor.
func (s Service) Scaled() bool { return s.Scaling.Signal != Fixed && s.Scaling.Signal != Recommended }

// Budget is what the service's disruption budget says; exactly one of the two is not zero.
// Tiers with a quorum keep more than half of the full floor; of others, one pod at a time
// may go, so that a service with a single pod can leave a node too. A service whose pods
// nobody counts has no budget, and both are zero.
func Budget(s Service) (minAvailable, maxUnavailable int) {
	switch {
	case !s.Counted():
		return 0, 0
	case s.Tier.Terms().Quorum:
		return s.Replicas.Full/2 + 1, 0
	}
	return 0, 1
}

// Most is how many pods the service has at its peak: what scaling may grow to, or its full
// floor. Zero for what has no number of replicas.
func (s Service) Most() int {
	if s.Scaled() {
		return s.Replicas.Most
	}
	return s.Replicas.Floor(role.Active)
}
