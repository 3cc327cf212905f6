using System.Text.RegularExpressions;

namespace LlmOperator.Architecture.Tests;

/// <summary>Rules of safety that a reader could break without noticing.</summary>
public sealed partial class SafetyTests
{
    // Where connections may be made, and why there.
    private static readonly string[] s_connectionMakers =
    [
        "src/Kubernetes/Transport/", // the API server of the kubeconfig
        "src/Models/Sources/", // model sources, behind the address guard
        "src/Engines/", // engines on a unix socket or the configured URL
        "src/Router/Forwarding/", // agents and providers of the configuration
        // Agents of the fleet: either side proves that it knows the key of the fleet, no redirect is followed.
        "src/NodeAgent/Peers/Fetching/PeerClient.cs",
        // The agent of this machine's `llmop up`, on loopback alone: it is handed the serving token.
        "src/Cli/Stores/RunningAgent.cs",
        "src/Cli/Commands/", // the router of this machine
        "src/Cli/Quickstart/",
        "src/Cli/Stores/", // the agent of this machine
        // Agents of other nodes: no redirects, no proxy, and nothing is believed that does not prove itself.
        "src/NodeAgent/Peers/Fetching/PeerClient.cs",
        // `llm-router probe` asks what the image's user names.
        "src/Router/Probing/ProbeCommand.cs",
    ];

    [Fact]
    public void Source_HttpClients_AreMadeInTheNamedPlacesOnly() =>
        Assert.Empty(
            Repository
                .Files("src", ".cs")
                .Where(f => !s_connectionMakers.Any(p => f.StartsWith(p, StringComparison.Ordinal)))
                .Where(f => MakesConnections().IsMatch(Repository.Read(f)))
        );

    [Fact]
    public void Source_NoProcess_IsStartedThroughAShell() =>
        Assert.Empty(Repository.Files("src", ".cs").Where(f => Shell().IsMatch(Repository.Read(f))));

    [Fact]
    public void Source_NoTask_IsStartedWithoutAnOwner() =>
        Assert.Empty(Repository.Files("src", ".cs").Where(f => AsyncVoid().IsMatch(Repository.Read(f))));

    [GeneratedRegex(
        @"new (HttpClient|SocketsHttpHandler|HttpClientHandler|TcpClient)\b",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex MakesConnections();

    [GeneratedRegex(@"UseShellExecute = true|""(/bin/)?(ba)?sh""", RegexOptions.ExplicitCapture)]
    private static partial Regex Shell();

    [GeneratedRegex(@"async void")]
    private static partial Regex AsyncVoid();
}
