// Package application reads its tenants' objects.
package application

import (
	"context"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"iamsessionbroker.example/tenants/sessionbroker"
)

type Application struct {
	config aws.Config
	broker *sessionbroker.Broker
}

func New(ctx context.Context) (*Application, error) {
	config, err := config.LoadDefaultConfig(ctx, config.WithRegion("eu-west-1"))
	if err != nil {
		return nil, err
	}
	broker, err := sessionbroker.New(os.Getenv("ISB_API_ENDPOINT"), config, 1_000)
	return &Application{config, broker}, err
}

func (a *Application) Read(ctx context.Context, jwt, bucket, key string) (string, error) {
	client := s3.NewFromConfig(a.config, func(options *s3.Options) { options.Credentials = a.broker.ForToken(jwt) })
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return "", err
	}
	defer object.Body.Close()
	text, err := io.ReadAll(object.Body)
	return string(text), err
}
