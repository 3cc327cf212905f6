using System.Security.Cryptography;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.ApiServer;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Logging;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Up;

/// <summary>Everything in one process: API server, operator, agents, router. Parts meet in the API server only.</summary>
internal sealed class UpHost : IAsyncDisposable
{
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(20);

    private readonly UpOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly List<IHostedPart> _parts = [];
    private ILoggerFactory? _loggerFactory;
    private EmbeddedApiServer? _apiServer;
    private KubernetesClient? _client;
    private UpObserver? _observer;

    /// <summary>Prepares; nothing runs yet.</summary>
    public UpHost(UpOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <summary>Client of the embedded API server.</summary>
    public IKubernetesClient Client => _client ?? throw NotStarted();

    /// <summary>URL of the router.</summary>
    public Uri RouterUrl { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Kubeconfig of the embedded API server.</summary>
    public string KubeconfigPath => _options.KubeconfigPath ?? _options.Data.Kubeconfig;

    /// <summary>Log of all parts.</summary>
    public string LogPath => _options.Data.Log;

    /// <summary>Starts all parts, each after what it depends on.</summary>
    /// <exception cref="CliException">A port is taken, the folder is in use, or a part does not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _options.Data.Create();
        if (_options.Data.ReadState() is { } other)
        {
            throw new CliException(
                $"`llmop up` already runs on {_options.Data.Path} (process {other.ProcessId}); stop it, or choose another folder with --data-dir."
            );
        }

        _loggerFactory = LoggerFactory.Create(logging =>
            logging
                .AddFilter("Microsoft", LogLevel.Warning)
                .AddProvider(new FileLoggerProvider(LogPath, _timeProvider))
        );
        _apiServer = await WithPortHintAsync(
            "API server",
            "--api-port",
            () => StartApiServerAsync(_loggerFactory, cancellationToken)
        );
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            _apiServer.Kubeconfig
        );
        _client = new KubernetesClient(
            configuration,
            _timeProvider,
            _loggerFactory.CreateLogger<KubernetesClient>()
        );
        await UpObjects.InstallAsync(_client, _options.NodeNames, cancellationToken);

        UpParts parts = new(_options, configuration, ServingToken(), _loggerFactory, _timeProvider);
        await StartPartAsync(parts.Operator(), cancellationToken);
        for (int i = 0; i < _options.Nodes; i++)
        {
            await StartPartAsync(parts.NodeAgent(i), cancellationToken);
        }

        IHostedPart router = parts.Router();
        await WithPortHintAsync(
            router.Name,
            "--router-port",
            () => StartPartAsync(router, cancellationToken)
        );
        RouterUrl = router.Address ?? throw new CliException("The router has no address.");
        _observer = await UpObserver.StartAsync(_client, _timeProvider, _loggerFactory, cancellationToken);
        _options.Data.WriteState(
            new UpState(
                Environment.ProcessId,
                UpState.StartOf(Environment.ProcessId),
                _apiServer.Url.ToString(),
                RouterUrl.ToString()
            )
        );
    }

    /// <summary>Runs until the token is cancelled (returns) or a part fails (throws).</summary>
    public async Task RunAsync(StateLines lines, CancellationToken cancellationToken)
    {
        (_observer ?? throw NotStarted()).AddHandler(lines);
        List<Task> ends = [.. _parts.Select(p => p.Completion)];
        Task stop = Task.Delay(Timeout.InfiniteTimeSpan, _timeProvider, cancellationToken);
        Task first = await Task.WhenAny([stop, .. ends]);
        if (first != stop)
        {
            IHostedPart part = _parts[ends.IndexOf(first)];
            throw new CliException(
                $"{part.Name} ended: {first.Exception?.GetBaseException().Message ?? "without an error"} The log is {LogPath}."
            );
        }
    }

    /// <summary>The model as last seen; null when there is none.</summary>
    public LlmModel? FindModel(ObjectKey key) => (_observer ?? throw NotStarted()).Models.Find(key);

    /// <summary>The replicas of a model as last seen.</summary>
    public IReadOnlyList<ModelReplica> FindReplicas(ObjectKey model) =>
        [
            .. (_observer ?? throw NotStarted())
                .Replicas.List(model.Namespace)
                .Where(r => r.Spec.ModelName == model.Name),
        ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_observer is not null)
        {
            await _observer.DisposeAsync();
        }

        using CancellationTokenSource grace = new(s_stopGrace, _timeProvider);
        foreach (IHostedPart part in Enumerable.Reverse(_parts))
        {
            await StopPartAsync(part, grace.Token);
        }

        _client?.Dispose();
        if (_apiServer is not null)
        {
            await _apiServer.DisposeAsync();
            File.Delete(_options.Data.State);
        }

        _loggerFactory?.Dispose();
    }

    private static InvalidOperationException NotStarted() => new("StartAsync has not completed.");

    private Task<EmbeddedApiServer> StartApiServerAsync(
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken
    ) =>
        EmbeddedApiServer.StartAsync(
            new ApiServerOptions
            {
                DataDirectory = _options.Data.Api,
                Port = _options.ApiPort,
                KubeconfigPath = KubeconfigPath,
                TimeProvider = _timeProvider,
                LoggerFactory = loggerFactory,
            },
            cancellationToken
        );

    // A taken port is the fault that people can mend at once, when they are told the option.
    private static async Task<T> WithPortHintAsync<T>(string part, string option, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CliException(
                $"The {part} cannot listen: {e.Message} Choose another port with {option}, or 0 for a free one."
            );
        }
    }

    private static Task<bool> WithPortHintAsync(string part, string option, Func<Task> start) =>
        WithPortHintAsync(
            part,
            option,
            async () =>
            {
                await start();
                return true;
            }
        );

    private async Task StartPartAsync(IHostedPart part, CancellationToken cancellationToken)
    {
        _parts.Add(part);
        await part.StartAsync(cancellationToken);
    }

    private async Task StopPartAsync(IHostedPart part, CancellationToken grace)
    {
        try
        {
            await part.StopAsync(grace);
            await part.DisposeAsync();
        }
        catch (Exception e)
        {
            // Border of one part's stop: the others must be stopped all the same.
            UpLog.PartDidNotStop(_loggerFactory!.CreateLogger<UpHost>(), part.Name, e);
        }
    }

    /// <summary>The token between router and agents, made once for a data folder.</summary>
    private string ServingToken()
    {
        if (File.Exists(_options.Data.ServingToken))
        {
            return File.ReadAllText(_options.Data.ServingToken).Trim();
        }

        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        using FileStream file = new(
            _options.Data.ServingToken,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        file.Write(System.Text.Encoding.ASCII.GetBytes(token));
        return token;
    }
}
