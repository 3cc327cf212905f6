namespace LlmOperator.Kubernetes.Configuration;

/// <summary>What the search for a configuration reads of the process and the machine.</summary>
internal sealed record ConfigurationEnvironment
{
    public required Func<string, string?> GetVariable { get; init; }

    public required string HomeDirectory { get; init; }

    public string ServiceAccountDirectory { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static ConfigurationEnvironment OfProcess() =>
        new()
        {
            GetVariable = Environment.GetEnvironmentVariable,
            HomeDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        };
}
