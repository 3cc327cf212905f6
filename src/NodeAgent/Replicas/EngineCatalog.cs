using LlmOperator.Engines;
using Microsoft.Extensions.Logging;
using ApiEngineKind = LlmOperator.Api.V1Alpha1.EngineKind;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>The engines of the node and what they last said of themselves. Thread-safe.</summary>
internal sealed partial class EngineCatalog(
    IReadOnlyList<IEngine> engines,
    string? missingMessage,
    ILogger<EngineCatalog> logger
)
{
    private readonly ILogger _logger = logger;
    private volatile Dictionary<IEngine, EngineProbe> _probes = [];
    private volatile Dictionary<IEngine, string> _problems = [];

    public IReadOnlyList<IEngine> Engines => engines;

    /// <summary>Why there is no engine at all; null when there is one.</summary>
    public string? MissingMessage => missingMessage;

    /// <summary>Devices that llama-server lists; null when it is not there.</summary>
    public IReadOnlyList<EngineDevice>? Devices =>
        Find(ApiEngineKind.LlamaCpp) is { } engine && _probes.TryGetValue(engine, out EngineProbe? probe)
            ? probe.Devices
            : null;

    public IEngine? Find(ApiEngineKind kind) =>
        engines.FirstOrDefault(engine => engine.Kind.ToString() == kind.ToString());

    public string? VersionOf(IEngine engine) => _probes.GetValueOrDefault(engine)?.Version;

    /// <summary>The same for who comes before the first report of the node; null when the engine does not say it.</summary>
    public async Task<string?> VersionAsync(IEngine engine, CancellationToken cancellationToken)
    {
        if (VersionOf(engine) is { } known)
        {
            return known;
        }

        try
        {
            return (await engine.ProbeAsync(cancellationToken)).Version;
        }
        catch (EngineException error)
        {
            LogProblem(engine.Name, error.Message);
            return null;
        }
    }

    public string? ProblemOf(IEngine engine) => _problems.GetValueOrDefault(engine);

    /// <summary>Asks every engine again.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        Dictionary<IEngine, EngineProbe> probes = [];
        Dictionary<IEngine, string> problems = [];
        foreach (IEngine engine in engines)
        {
            try
            {
                probes[engine] = await engine.ProbeAsync(cancellationToken);
            }
            catch (EngineException error)
            {
                problems[engine] = error.Message;
                LogProblem(engine.Name, error.Message);
            }
        }

        (_probes, _problems) = (probes, problems);
    }

    [LoggerMessage(LogLevel.Warning, "The engine {Engine} cannot be used: {Error}")]
    private partial void LogProblem(string engine, string error);
}
