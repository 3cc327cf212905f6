namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Asks the installed build for its version, flags and devices.</summary>
internal sealed class LlamaServerProbe
{
    private readonly LlamaServerCommand _command;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private LlamaServerCapabilities? _capabilities;

    public LlamaServerProbe(LlamaServerCommand command, TimeProvider time, TimeSpan timeout)
    {
        _command = command;
        _time = time;
        _timeout = timeout;
    }

    public async Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> version = await RunAsync("--version", cancellationToken);
        IReadOnlyList<string> devices = await RunAsync("--list-devices", cancellationToken);
        return new EngineProbe
        {
            Kind = EngineKind.LlamaCpp,
            Version = VersionOf(version),
            Devices = DeviceList.Parse(devices),
        };
    }

    /// <summary>Read once: a build does not change while it is used.</summary>
    public async Task<LlamaServerCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) =>
        _capabilities ??= LlamaServerCapabilities.Parse(
            string.Join('\n', await RunAsync("--help", cancellationToken))
        );

    // version: 0.7.0 (build 11669, commit Debian)
    internal static string VersionOf(IEnumerable<string> lines)
    {
        const string Marker = "version: ";
        string? line = lines.FirstOrDefault(text => text.StartsWith(Marker, StringComparison.Ordinal));
        return line is null ? "" : line[Marker.Length..].Trim();
    }

    private async Task<IReadOnlyList<string>> RunAsync(string flag, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        string folder = Directory.CreateTempSubdirectory("llmop-probe-").FullName;
        try
        {
            await using LlamaServerProcess process = await LlamaServerProcess.StartAsync(
                _command,
                [flag],
                folder,
                line =>
                {
                    lock (lines)
                    {
                        lines.Add(line);
                    }
                }
            );
            EngineExit exit = await process.Completion.WaitAsync(_timeout, _time, cancellationToken);
            if (exit.ExitCode != 0)
            {
                throw new EngineException(
                    EngineFailure.NotFound,
                    $"'{_command} {flag}' failed, so this is no usable llama-server: {LineTail.LastOf(exit.LastLines) ?? exit.Describe()}"
                );
            }

            lock (lines)
            {
                return [.. lines];
            }
        }
        catch (TimeoutException)
        {
            throw new EngineException(
                EngineFailure.TimedOut,
                $"'{_command} {flag}' did not answer within {_timeout}; check the engine's installation."
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
