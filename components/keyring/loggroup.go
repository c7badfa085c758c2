package keyring

import (
	"strings"

	"pitboss/components/internal/iam"
	"pitboss/regions"
)

// LogGroup is one log group that CloudWatch Logs encrypts with a class's key. components/logs
// knows them all.
type LogGroup struct {
	What   string // in a few words with dashes, such as "control-plane"
	Class  Class
	Region regions.Region
	Name   string // as CloudWatch Logs knows it
}

// logs lets CloudWatch Logs encrypt one group, and no other: the key of one class must not
// open what another service logs.
func (at place) logs(g LogGroup) iam.Statement {
	return iam.Statement{
		Sid: g.sid(), Effect: iam.Allow,
		Principal: iam.Service("logs." + at.region.String() + ".amazonaws.com"),
		Action:    use, Resource: []string{"*"},
		Condition: iam.Condition{"ArnEquals": {
			"kms:EncryptionContext:aws:logs:arn": {at.market.LogsARN(at.region, "log-group:"+g.Name)},
		}},
	}
}

// sid is the group as statement ids are spelt: ControlPlaneLogs.
func (g LogGroup) sid() string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(g.What, func(r rune) bool { return r == '-' }) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String() + "Logs"
}
