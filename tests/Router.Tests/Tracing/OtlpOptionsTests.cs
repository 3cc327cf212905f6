using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Tests.Tracing;

public sealed class OtlpOptionsTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", "grpc", null)]
    [InlineData("http://collector:4318", null, false)]
    [InlineData("http://collector:4318", "http/protobuf", false)]
    [InlineData("https://collector:4317", "grpc", true)]
    public void FromEnvironment_KnownValues_AreRead(string? endpoint, string? protocol, bool? isGrpc)
    {
        OtlpOptions? options = Read(endpoint, protocol);

        Assert.Equal(isGrpc, options?.IsGrpc);
        Assert.Equal(isGrpc is null ? null : endpoint + "/", options?.Endpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData("collector:4318", null, OtlpOptions.EndpointVariable)]
    [InlineData("file:///etc/passwd", null, OtlpOptions.EndpointVariable)]
    [InlineData("http://collector:4318", "http/json", OtlpOptions.ProtocolVariable)]
    public void FromEnvironment_UnusableValue_IsRefusedByItsName(
        string endpoint,
        string? protocol,
        string named
    ) =>
        Assert.StartsWith(
            named + " ",
            Assert.Throws<ArgumentException>(() => Read(endpoint, protocol)).Message,
            StringComparison.Ordinal
        );

    private static OtlpOptions? Read(string? endpoint, string? protocol) =>
        OtlpOptions.FromEnvironment(name =>
            name switch
            {
                OtlpOptions.EndpointVariable => endpoint,
                OtlpOptions.ProtocolVariable => protocol,
                _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not asked for."),
            }
        );
}
