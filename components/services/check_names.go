package services

import (
	"slices"

	"pitboss/components/kafka"
	"pitboss/components/stores"
	"pitboss/regions"
)

// names is every service's name, for those who have to choose one.
func (c *check) names() (out []string) {
	for _, d := range c.domains {
		for _, s := range d.Services {
			out = append(out, s.Name)
		}
	}
	return out
}

func portNames(s Service) (out []string) {
	for _, p := range s.Ports {
		out = append(out, p.Name)
	}
	return out
}

// consumerNames is the consumers that a service may be: all but administrators.
func consumerNames() (out []string) {
	for _, one := range stores.Consumers() {
		if one.Purpose != stores.Administration {
			out = append(out, one.Name)
		}
	}
	return out
}

func topicNames() (out []string) {
	for _, t := range kafka.Topics() {
		out = append(out, t.Name)
	}
	return out
}

// recordClasses is every record class that some jurisdiction keeps, sorted.
func recordClasses() (out []regions.RecordClass) {
	for _, j := range regions.Jurisdictions() {
		for _, kept := range j.Retentions() {
			out = append(out, kept.Class)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
