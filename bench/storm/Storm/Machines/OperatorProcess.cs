using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Storm.Machines;

/// <summary>The operator as it is built for a release, with leader election, on loopback models; it can be killed and started again.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private readonly string _assembly;
    private readonly string _log;
    private readonly Dictionary<string, string> _environment;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Uri _address;
    private ChildProcess? _child;
    private double _cpuOfTheDead;

    public OperatorProcess(string assembly, string kubeconfig, string log)
    {
        (_assembly, _log) = (assembly, log);
        _address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _environment = new()
        {
            ["KUBECONFIG"] = kubeconfig,
            ["LLMOP_OPERATOR_LISTEN"] = _address.ToString(),
            ["LLMOP_ALLOW_LOOPBACK_SOURCES"] = "true",
        };
    }

    public int Id => _child?.Id ?? 0;

    public bool HasExited => _child?.HasExited != false;

    /// <summary>CPU seconds of all its lives.</summary>
    public double CpuSeconds => _cpuOfTheDead + (ProcessUsage.Read(Id)?.CpuSeconds ?? 0);

    public void Start() => _child = ChildProcess.Start(_log, _environment, _assembly);

    /// <summary>How often it ended by itself and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts it again when it has ended by itself, as a kubelet does.</summary>
    public async Task EnsureRunningAsync()
    {
        if (HasExited)
        {
            Restarts++;
            await KillAsync();
            Start();
        }
    }

    public async Task KillAsync()
    {
        _cpuOfTheDead = CpuSeconds;
        await _child!.DisposeAsync();
        _child = null;
    }

    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage ready = await _client.GetAsync(
                    new Uri(_address, "readyz"),
                    cancellationToken
                );
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!HasExited)
            {
                // Not listening yet.
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Its metrics.</summary>
    public async Task<Results.Metrics> MetricsAsync(CancellationToken cancellationToken) =>
        Results.Metrics.Parse(await _client.GetStringAsync(new Uri(_address, "metrics"), cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_child is not null)
        {
            await _child.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
