// Package sessionbroker gets tenant-scoped AWS credentials from an IAM Session Broker, for clients of the AWS SDK for Go v2.
package sessionbroker

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Error says why there are no credentials. Code is empty where the broker itself did not answer; Status is 0 where nobody did.
type Error struct {
	Code, Message string
	Status        int
	RetryAfter    time.Duration
}

func (e *Error) Error() string { return strings.TrimSpace(e.Code + " " + e.Message) }

// A denial ends what is kept, for good; whatever else fails may pass.
func (e *Error) isDenial() bool { return e.Status/100 == 4 && e.Status != 429 }

// Broker may be used by many goroutines at once.
type Broker struct {
	url, region string
	own         aws.CredentialsProvider
	http        *http.Client
	maxTokens   int
	lock        sync.Mutex
	recent      *list.List // of *kept, the one used last in front
	byDigest    map[[sha256.Size]byte]*list.Element
}

type kept struct {
	digest [sha256.Size]byte
	cache  *aws.CredentialsCache
}

// New signs with the credentials of config, for its region. It keeps the credentials of the maxTokens tokens used last.
func New(endpoint string, config aws.Config, maxTokens int) (*Broker, error) {
	at, err := url.Parse(endpoint)
	if err != nil || !(at.Scheme == "https" || at.Scheme == "http" && (at.Hostname() == "127.0.0.1" || at.Hostname() == "localhost")) {
		return nil, errors.New("endpoint: must be an https URL; http is for loopback alone")
	}
	if config.Credentials == nil || config.Region == "" {
		return nil, errors.New("config: must have Credentials and Region")
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Broker{
		url: strings.TrimRight(endpoint, "/") + "/credentials", region: config.Region, own: config.Credentials, http: client,
		maxTokens: maxTokens, recent: list.New(), byDigest: map[[sha256.Size]byte]*list.Element{},
	}, nil
}

// ForToken is for the Credentials of an SDK client's options. Give every tenant a client of its own.
func (b *Broker) ForToken(token string) *aws.CredentialsCache {
	digest := sha256.Sum256([]byte(token))
	b.lock.Lock()
	defer b.lock.Unlock()
	if found, ok := b.byDigest[digest]; ok {
		b.recent.MoveToFront(found)
		return found.Value.(*kept).cache
	}
	// The cache shares one request between all who ask at once.
	cache := aws.NewCredentialsCache(&tenant{broker: b, token: token})
	b.byDigest[digest] = b.recent.PushFront(&kept{digest, cache})
	for b.recent.Len() > b.maxTokens {
		delete(b.byDigest, b.recent.Remove(b.recent.Back()).(*kept).digest)
	}
	return cache
}

// Handed out are seven and a half minutes at least, however short the sessions are.
const renewBefore = 5 * time.Minute

type tenant struct {
	broker  *Broker
	token   string
	expires time.Time
}

// Retrieve tells the cache to renew before the credentials expire. An ExpiryWindow would do that too, but it would be taken off
// what HandleFailToRefresh answers as well.
func (t *tenant) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := t.broker.ask(ctx, t.token)
	if err != nil {
		return aws.Credentials{}, err
	}
	t.expires = credentials.Expires
	credentials.Expires = t.expires.Add(-renewBefore)
	return credentials, nil
}

// HandleFailToRefresh serves what there is on while the broker fails, and has it asked again in ten seconds.
func (t *tenant) HandleFailToRefresh(_ context.Context, had aws.Credentials, err error) (aws.Credentials, error) {
	var failure *Error
	again := time.Now().Add(10 * time.Second)
	if errors.As(err, &failure) && failure.isDenial() {
		t.expires = time.Time{}
	}
	if failure == nil || again.After(t.expires) {
		return aws.Credentials{}, err
	}
	had.Expires = again
	return had, nil
}

func (b *Broker) ask(ctx context.Context, token string) (aws.Credentials, error) {
	none := aws.Credentials{}
	own, err := b.own.Retrieve(ctx)
	if err != nil {
		return none, fmt.Errorf("the application has no AWS credentials of its own to sign with: %w", err)
	}
	body, err := json.Marshal(map[string]string{"JWT": token})
	if err != nil {
		return none, errors.New("the token is no text")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, bytes.NewReader(body))
	if err != nil {
		return none, err
	}
	request.Header.Set("Content-Type", "application/json")
	digest := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, own, request, hex.EncodeToString(digest[:]), "execute-api", b.region, time.Now()); err != nil {
		return none, errors.New("the request cannot be signed")
	}
	response, err := b.http.Do(request)
	if err != nil {
		return none, &Error{Message: "the broker did not answer"}
	}
	defer response.Body.Close()
	var answer struct {
		AccessKeyId, SecretAccessKey, SessionToken string
		Expiration                                 time.Time
		Code, Message                              string
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	isComplete := answer.AccessKeyId != "" && answer.SecretAccessKey != "" && answer.SessionToken != "" && !answer.Expiration.IsZero()
	if err == nil && response.StatusCode == http.StatusOK && isComplete {
		return aws.Credentials{
			AccessKeyID: answer.AccessKeyId, SecretAccessKey: answer.SecretAccessKey, SessionToken: answer.SessionToken,
			Source: "iam-session-broker", CanExpire: true, Expires: answer.Expiration,
		}, nil
	}
	failure := &Error{Code: answer.Code, Message: answer.Message, Status: response.StatusCode}
	if err != nil || failure.Code == "" {
		// Of a gateway or a proxy, whose words may repeat what was sent.
		failure.Code, failure.Message = "", fmt.Sprintf("the answer is not the broker's: status %d", failure.Status)
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		failure.RetryAfter = time.Duration(seconds) * time.Second
	}
	return none, failure
}
