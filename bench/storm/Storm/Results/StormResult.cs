using System.Text.Json;

namespace LlmOperator.Storm.Results;

/// <summary>The numbers of one run.</summary>
internal sealed record StormResult
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public string Target { get; init; } = "";

    public int Models { get; init; }

    public int Nodes { get; init; }

    public int Replicas { get; init; }

    public int Kills { get; init; }

    /// <summary>Seconds until every model is placed and ready.</summary>
    public double Seconds { get; init; }

    public double OperatorCpuSeconds { get; init; }

    public double ServerCpuSeconds { get; init; }

    public double PeakMiB { get; init; }

    public double Percentile95MiB { get; init; }

    /// <summary>Memory at the end of the idle time.</summary>
    public double AfterMiB { get; init; }

    public double ServerPeakMiB { get; init; }

    public int IdleSeconds { get; init; }

    public double IdleCpuSeconds { get; init; }

    /// <summary>Requests of the operator until it settled, by verb and resource.</summary>
    public IDictionary<string, double> Requests { get; init; } = new Dictionary<string, double>();

    /// <summary>Answers of the operator's requests that were no success, by code.</summary>
    public IDictionary<string, double> Failures { get; init; } = new Dictionary<string, double>();

    /// <summary>Requests of the operator in the idle time.</summary>
    public IDictionary<string, double> IdleRequests { get; init; } = new Dictionary<string, double>();

    /// <summary>Requests of the agents until it settled.</summary>
    public IDictionary<string, double> AgentRequests { get; init; } = new Dictionary<string, double>();

    public IDictionary<string, double> IdleAgentRequests { get; init; } = new Dictionary<string, double>();

    /// <summary>Events that the operator's watches delivered, and their bytes.</summary>
    public IDictionary<string, double> WatchEvents { get; init; } = new Dictionary<string, double>();

    public IDictionary<string, double> WatchBytes { get; init; } = new Dictionary<string, double>();

    /// <summary>Reconciles by controller.</summary>
    public IDictionary<string, double> Reconciles { get; init; } = new Dictionary<string, double>();

    /// <summary>Seconds in reconciles by controller.</summary>
    public IDictionary<string, double> ReconcileSeconds { get; init; } = new Dictionary<string, double>();

    public long InspectionRequests { get; init; }

    /// <summary>Changes of models that were seen, nearly all of them of the status.</summary>
    public int ModelUpdates { get; init; }

    public int ReplicaUpdates { get; init; }

    public IReadOnlyList<string> Faults { get; init; } = [];

    public static StormResult Read(string path) =>
        JsonSerializer.Deserialize<StormResult>(File.ReadAllText(path))!;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_json));
}
