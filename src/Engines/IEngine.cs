namespace LlmOperator.Engines;

/// <summary>An engine that can serve models.</summary>
public interface IEngine
{
    /// <summary>Name for people and status.</summary>
    string Name { get; }

    /// <summary>Which engine.</summary>
    EngineKind Kind { get; }

    /// <summary>Asks for version, devices and models.</summary>
    /// <exception cref="EngineException">The engine is missing or does not answer.</exception>
    Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Starts serving a model and returns when it answers. When the token is cancelled meanwhile, nothing stays behind.
    /// </summary>
    /// <exception cref="EngineException">The model could not be started; says why.</exception>
    Task<IEngineInstance> StartAsync(EngineLaunch launch, CancellationToken cancellationToken);
}
