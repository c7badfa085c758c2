package awsfront

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

// ec2 signs and sends a call as the SDK of EC2 would.
func (w *world) ec2(region string, params ...string) (status int, body string) {
	w.Helper()
	form := url.Values{"Version": {"2016-11-15"}}
	for i := 0; i < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	sum := sha256.Sum256([]byte(form.Encode()))
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url, strings.NewReader(form.Encode()))
	require.NoError(w, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	require.NoError(w, v4.NewSigner().SignHTTP(w.Context(), aws.Credentials{AccessKeyID: token, SecretAccessKey: token}, r, hex.EncodeToString(sum[:]), "ec2", region, time.Now()))
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(w, err)
	return answer.StatusCode, string(data)
}

type describedRules struct {
	Rules []struct {
		ID          string `xml:"securityGroupRuleId"`
		Group       string `xml:"groupId"`
		Egress      bool   `xml:"isEgress"`
		From        int    `xml:"fromPort"`
		To          int    `xml:"toPort"`
		CIDR        string `xml:"cidrIpv4"`
		Other       string `xml:"referencedGroupInfo>groupId"`
		Description string `xml:"description"`
	} `xml:"securityGroupRuleSet>item"`
}

func TestARuleIsChangedInPlace(t *testing.T) {
	w := newWorld(t)
	group, other := w.group(home), w.make(home, "aws_security_group", map[string]any{"name": "nodes"}).ID
	rule := w.make(home, "aws_vpc_security_group_ingress_rule", map[string]any{"securityGroupId": group, "referencedSecurityGroupId": other, "ipProtocol": "tcp",
		"fromPort": 5432, "toPort": 5432, "description": "nodes", "arn": cloud.Unknown, "securityGroupRuleId": cloud.Unknown})
	w.make(home, "aws_vpc_security_group_egress_rule", map[string]any{"securityGroupId": group, "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
		"arn": cloud.Unknown, "securityGroupRuleId": cloud.Unknown})
	w.make(home, "aws_vpc_security_group_ingress_rule", map[string]any{"securityGroupId": other, "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 1, "toPort": 2})
	before := w.read(rule).Props
	describe := func() (d describedRules) {
		t.Helper()
		status, body := w.ec2(home, "Action", "DescribeSecurityGroupRules", "Filter.1.Name", "group-id", "Filter.1.Value.1", group)
		require.Equal(t, http.StatusOK, status, body)
		require.NoError(t, xml.Unmarshal([]byte(body), &d))
		require.Len(t, d.Rules, 2, body)
		return d
	}
	first := describe().Rules[0]
	require.Equal(t, []any{rule.ID, group, false, 5432, 5432, other, "nodes"}, []any{first.ID, first.Group, first.Egress, first.From, first.To, first.Other, first.Description})
	require.True(t, describe().Rules[1].Egress)

	modify := func(more ...string) (int, string) {
		params := map[string]string{"Action": "ModifySecurityGroupRules", "GroupId": group, "SecurityGroupRule.1.SecurityGroupRuleId": rule.ID,
			"SecurityGroupRule.1.SecurityGroupRule.IpProtocol": "tcp", "SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId": other,
			"SecurityGroupRule.1.SecurityGroupRule.FromPort": "1", "SecurityGroupRule.1.SecurityGroupRule.ToPort": "1", "SecurityGroupRule.1.SecurityGroupRule.Description": "closed by a drill"}
		for i := 0; i < len(more); i += 2 {
			params[more[i]] = more[i+1]
		}
		var list []string
		for k, v := range params {
			if v != "" {
				list = append(list, k, v)
			}
		}
		return w.ec2(home, list...)
	}
	status, body := modify()
	require.Equal(t, http.StatusOK, status, body)
	require.Contains(t, body, "<return>true</return>")
	closed := describe().Rules[0]
	require.Equal(t, []any{rule.ID, 1, 1, other, "closed by a drill"}, []any{closed.ID, closed.From, closed.To, closed.Other, closed.Description}, "it keeps its id")
	status, body = modify("SecurityGroupRule.1.SecurityGroupRule.FromPort", "5432", "SecurityGroupRule.1.SecurityGroupRule.ToPort", "5432", "SecurityGroupRule.1.SecurityGroupRule.Description", "nodes")
	require.Equal(t, http.StatusOK, status, body)
	require.Equal(t, before, w.read(rule).Props, "opened again it is as the program made it")

	for name, c := range map[string]struct{ param, value, code string }{
		"Rule":     {"SecurityGroupRule.1.SecurityGroupRuleId", "sgr-none", "InvalidSecurityGroupRuleId.NotFound"},
		"Group":    {"GroupId", other, "InvalidSecurityGroupRuleId.NotFound"},
		"Protocol": {"SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "", "MissingParameter"},
		"Source":   {"SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId", "", "InvalidParameterCombination"},
		"Two":      {"SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "10.0.0.0/8", "InvalidParameterCombination"},
		"Port":     {"SecurityGroupRule.1.SecurityGroupRule.ToPort", "70000", "InvalidParameterValue"},
		"NoPort":   {"SecurityGroupRule.1.SecurityGroupRule.ToPort", "", "MissingParameter"},
		"Word":     {"SecurityGroupRule.1.SecurityGroupRule.ToPort", "many", "ValidationException"},
	} {
		status, body := modify(c.param, c.value)
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Contains(t, body, "<Code>"+c.code+"</Code>", name)
	}
	require.Equal(t, before, w.read(rule).Props, "what is refused changes nothing")
	_, body = w.ec2(home, "Action", "DescribeSecurityGroupRules", "Filter.1.Name", "tag:x", "Filter.1.Value.1", "y")
	require.Contains(t, body, "InvalidParameterValue")
	_, body = w.ec2(home, "Action", "DescribeVpcs")
	require.Contains(t, body, "ModifySecurityGroupRules", "what there is instead")
	w.front.SetFaults(Faults{Deny: []string{"ec2:Modify*"}})
	_, body = modify()
	require.Contains(t, body, "<Code>UnauthorizedOperation</Code>")
}

func TestFramesAreTakenOff(t *testing.T) {
	got, err := unchunk([]byte("5;chunk-signature=x\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n"))
	require.NoError(t, err)
	require.Equal(t, "hello world", string(got))
	for name, broken := range map[string]string{"Short": "9\r\nhello\r\n", "NoEnd": "5\r\nhello\r\n", "NoSize": "hello", "Negative": "-1\r\nx\r\n"} {
		_, err := unchunk([]byte(broken))
		require.Error(t, err, name)
	}
}
