namespace LlmOperator.Router.Tracing;

/// <summary>Where traces and metrics are sent by OTLP.</summary>
public sealed record OtlpOptions
{
    /// <summary>Environment variable with the endpoint; nothing is sent without it.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Environment variable with the protocol.</summary>
    public const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Base URL of a collector, for example <c>http://collector:4318</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>gRPC instead of protobuf over HTTP, which is the default.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Reads the variables of the OpenTelemetry specification; null when no endpoint is set.</summary>
    /// <param name="read">Reads an environment variable.</param>
    /// <exception cref="ArgumentException">A variable has a value that cannot be used; the message names it.</exception>
    public static OtlpOptions? FromEnvironment(Func<string, string?> read)
    {
        if (read(EndpointVariable) is not { Length: > 0 } text)
        {
            return null;
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint)
            || endpoint.Scheme is not ("http" or "https")
        )
        {
            throw new ArgumentException(
                $"{EndpointVariable} is \"{text}\" but must be an URL such as http://collector:4318."
            );
        }

        return new OtlpOptions
        {
            Endpoint = endpoint,
            IsGrpc = read(ProtocolVariable) switch
            {
                null or "" or "http/protobuf" => false,
                "grpc" => true,
                { } other => throw new ArgumentException(
                    $"{ProtocolVariable} is \"{other}\" but must be http/protobuf or grpc."
                ),
            },
        };
    }
}
