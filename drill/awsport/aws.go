// Package awsport is the drill's ports to AWS, through AWS's own SDK: databases, caches,
// topics, traffic, the audit bucket and the account. The drill command imports it; the
// steps of a drill know only package port.
//
// Where AWS is, and who asks, is the SDK's own configuration: its profiles, its variables,
// and AWS_ENDPOINT_URL for a sandbox.
package awsport

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/globalaccelerator"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"pitboss/drill/port"
	"pitboss/regions"
)

const (
	// patience is how long one call may take, with all of its tries.
	patience = 10 * time.Second
	// glance is how long one may take whose answer can be done without: that of a region
	// that may be gone, or of one endpoint of several.
	glance = 3 * time.Second
	// connecting is how long a connection may take. A region that is gone does not refuse.
	connecting = 3 * time.Second
	// tries is how often a call is made before it has failed.
	tries = 3
	// longestWait is the longest pause between two tries.
	longestWait = 2 * time.Second
)

// The regions that some services are in, whatever region they are asked about.
const (
	homeOfNames        = "us-east-1" // of Route 53 and IAM
	homeOfAccelerators = "us-west-2"
)

// Options say how AWS is reached.
type Options struct {
	// Region is where questions about the account as such are asked: one that lives.
	// Required.
	Region regions.Region
	// Door is asked instead of a region's own name, which goes along as the Host, such as
	// "http://127.0.0.1:8080". Empty asks the name itself, over HTTPS.
	Door string
	// HTTP makes every request. Nil is the SDK's own client, which honours AWS_CA_BUNDLE.
	HTTP *http.Client
}

// AWS is the account as the drill sees it. Its methods hand out the ports.
type AWS struct {
	options Options
	config  aws.Config
	door    *http.Client

	rds          clients[*rds.Client]
	sql          clients[*rdsdata.Client]
	caches       clients[*elasticache.Client]
	kafka        clients[*kafka.Client]
	metrics      clients[*cloudwatch.Client]
	secrets      clients[*secretsmanager.Client]
	buckets      clients[*s3.Client]
	names        clients[*route53.Client]
	accelerators clients[*globalaccelerator.Client]
	iam          clients[*iam.Client]
	quotas       clients[*servicequotas.Client]
	sts          clients[*sts.Client]
}

// New reads the SDK's configuration, and finds out whether there are credentials: without
// them every later refusal would look like a service that is down.
func New(ctx context.Context, o Options) (*AWS, error) {
	if o.Region.IsZero() {
		return nil, fmt.Errorf("awsport.Options: Region is required: one of the market's that lives")
	}
	how := []func(*config.LoadOptions) error{
		config.WithRegion(o.Region.String()),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(s *retry.StandardOptions) { s.MaxAttempts, s.MaxBackoff = tries, longestWait })
		}),
	}
	if o.HTTP != nil {
		how = append(how, config.WithHTTPClient(o.HTTP))
	} else {
		how = append(how, config.WithHTTPClient(awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = connecting })))
	}
	loaded, err := config.LoadDefaultConfig(ctx, how...)
	if err != nil {
		return nil, fmt.Errorf("the configuration of AWS's SDK: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := loaded.Credentials.Retrieve(limited); err != nil {
		return nil, fmt.Errorf("no credentials for AWS, set AWS_PROFILE or sign in anew: %w", err)
	}
	return build(o, loaded), nil
}

// build makes the clients' makers. None is made before it is needed.
func build(o Options, c aws.Config) *AWS {
	a := &AWS{options: o, config: c, door: doorClient(o.HTTP)}
	a.rds.make = func(c aws.Config) *rds.Client { return rds.NewFromConfig(c) }
	a.sql.make = func(c aws.Config) *rdsdata.Client { return rdsdata.NewFromConfig(c) }
	a.caches.make = func(c aws.Config) *elasticache.Client { return elasticache.NewFromConfig(c) }
	a.kafka.make = func(c aws.Config) *kafka.Client { return kafka.NewFromConfig(c) }
	a.metrics.make = func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) }
	a.secrets.make = func(c aws.Config) *secretsmanager.Client { return secretsmanager.NewFromConfig(c) }
	a.names.make = func(c aws.Config) *route53.Client { return route53.NewFromConfig(c) }
	a.accelerators.make = func(c aws.Config) *globalaccelerator.Client { return globalaccelerator.NewFromConfig(c) }
	a.iam.make = func(c aws.Config) *iam.Client { return iam.NewFromConfig(c) }
	a.quotas.make = func(c aws.Config) *servicequotas.Client { return servicequotas.NewFromConfig(c) }
	a.sts.make = func(c aws.Config) *sts.Client { return sts.NewFromConfig(c) }
	a.buckets.make = func(c aws.Config) *s3.Client {
		return s3.NewFromConfig(c, func(o *s3.Options) {
			o.UsePathStyle = c.BaseEndpoint != nil // one address has no names of buckets below it
			o.DisableLogOutputChecksumValidationSkipped = true
		})
	}
	return a
}

// clients are one service's, one a region.
type clients[T any] struct {
	make func(aws.Config) T

	mu   sync.Mutex
	made map[string]T
}

// in is the client of a region.
func (c *clients[T]) in(region string, base aws.Config) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one, ok := c.made[region]; ok {
		return one
	}
	at := base.Copy()
	at.Region = region
	if c.made == nil {
		c.made = map[string]T{}
	}
	c.made[region] = c.make(at)
	return c.made[region]
}

// Databases is the port to Aurora.
func (a *AWS) Databases() port.Databases { return databases{a} }

// Caches is the port to ElastiCache.
func (a *AWS) Caches() port.Caches { return caches{a} }

// Streams is the port to MSK's replicators.
func (a *AWS) Streams() port.Streams { return streams{a} }

// Traffic is the port to Route 53, Global Accelerator and the switch.
func (a *AWS) Traffic() port.Traffic { return traffic{a} }

// Account is the port to the account as such.
func (a *AWS) Account() port.Account { return account{a} }

// Vault is the port to the bucket of evidence in a region.
func (a *AWS) Vault(at regions.Region, bucket string) port.Vault { return vault{a, at, bucket} }
