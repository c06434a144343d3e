// Drives examples/go, of which it is built as a part: answers each line of standard input, a JSON object, with one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/config"

	"iamsessionbroker.example/tenants/application"
	"iamsessionbroker.example/tenants/sessionbroker"
)

type line struct {
	Token, Bucket, Key string
	Tokens             []string
	MaxTokens, AtOnce  int
}

func ask(ctx context.Context, app *application.Application, it line) (string, error) {
	if it.Tokens == nil {
		return app.Read(ctx, it.Token, it.Bucket, it.Key)
	}
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return "", err
	}
	broker, err := sessionbroker.New(os.Getenv("ISB_API_ENDPOINT"), settings, it.MaxTokens)
	if err != nil {
		return "", err
	}
	for _, token := range it.Tokens {
		failures := make([]error, it.AtOnce)
		var all sync.WaitGroup
		for n := range failures {
			all.Add(1)
			go func() {
				defer all.Done()
				_, failures[n] = broker.ForToken(token).Retrieve(ctx)
			}()
		}
		all.Wait()
		if err := errors.Join(failures...); err != nil {
			return "", err
		}
	}
	return "asked", nil
}

func main() {
	ctx := context.Background()
	app, err := application.New(ctx)
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(2)
	}
	out := json.NewEncoder(os.Stdout)
	for in := bufio.NewReader(os.Stdin); ; {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var it line
		answer := map[string]any{}
		if err = json.Unmarshal(text, &it); err == nil {
			answer["text"], err = ask(ctx, app, it)
		}
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		var failure *sessionbroker.Error
		if errors.As(err, &failure) {
			answer["code"], answer["status"], answer["retryAfter"] = failure.Code, failure.Status, failure.RetryAfter.Seconds()
		}
		if err := out.Encode(answer); err != nil {
			os.Exit(2)
		}
	}
}
