package awsport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"pitboss/regions"
)

// ec2Version is the version of EC2's API: there is no other.
const ec2Version = "2016-11-15"

// mostOfAnswer bounds what is read of an answer of EC2.
const mostOfAnswer = 4 << 20

// ec2 makes one call of EC2 as a signed query. Its SDK takes longer to compile than all the
// rest of the program, and of its 700 calls the drill makes two. Both may be repeated.
func (a *AWS) ec2(ctx context.Context, at regions.Region, action string, params url.Values) ([]byte, error) {
	return ask(ctx, action+" in "+at.String(), func(ctx context.Context) ([]byte, error) {
		retryer := a.config.Retryer()
		for try := 1; ; try++ {
			body, err := a.query(ctx, at, action, params)
			if err == nil || try >= retryer.MaxAttempts() || ctx.Err() != nil || !retryer.IsErrorRetryable(err) {
				return body, err
			}
			wait, _ := retryer.RetryDelay(try, err)
			if pause(ctx, wait) != nil {
				return nil, err
			}
		}
	})
}

// query makes the call once.
func (a *AWS) query(ctx context.Context, at regions.Region, action string, params url.Values) ([]byte, error) {
	params.Set("Action", action)
	params.Set("Version", ec2Version)
	body := params.Encode()
	endpoint := "https://ec2." + at.String() + ".amazonaws.com"
	if a.config.BaseEndpoint != nil {
		endpoint = *a.config.BaseEndpoint
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(endpoint, "/")+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := a.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(digest[:]), "ec2", at.String(), time.Now()); err != nil {
		return nil, err
	}
	response, err := a.config.HTTPClient.Do(request)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostOfAnswer))
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusalOf(response, answer)
	}
	return answer, nil
}

// refusalOf is EC2's own code and words, where it said any.
func refusalOf(response *http.Response, answer []byte) error {
	var said struct {
		Errors []struct {
			Code    string
			Message string
		} `xml:"Errors>Error"`
	}
	err := &smithy.GenericAPIError{Code: "UnknownError", Message: fmt.Sprintf("EC2 answers %s", response.Status), Fault: smithy.FaultClient}
	if xml.Unmarshal(answer, &said) == nil && len(said.Errors) > 0 {
		err.Code, err.Message = said.Errors[0].Code, said.Errors[0].Message
	}
	if response.StatusCode >= http.StatusInternalServerError {
		err.Fault = smithy.FaultServer
	}
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: response}, Err: err}
}
