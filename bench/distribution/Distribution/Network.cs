using System.Globalization;

namespace LlmOperator.Distribution;

/// <summary>Names and addresses as <c>bench/distribution/run</c> makes them.</summary>
internal static class Network
{
    /// <summary>The bridge: the API server is reached here.</summary>
    public const string Hub = "10.77.0.1";

    public const int ApiPort = 17000;

    public const int AgentPort = 17001;

    public const int SourcePort = 17002;

    public const string SourceAddress = "10.77.0.2";

    public const string SourceSpace = "llmop-source";

    public static string AddressOf(int node) =>
        string.Create(CultureInfo.InvariantCulture, $"10.77.0.{10 + node}");

    public static string SpaceOf(int node) => string.Create(CultureInfo.InvariantCulture, $"llmop-n{node}");

    public static string NameOf(int node) => string.Create(CultureInfo.InvariantCulture, $"n{node:D2}");
}
