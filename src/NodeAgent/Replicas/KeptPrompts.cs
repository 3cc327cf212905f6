using System.Security.Cryptography;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Kubernetes.Serialization;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// What an engine has evaluated of prompts while its model is out of memory: kept on disk where the spec allows bytes for it,
/// for the same file, the same engine and the same way of loading only, and never longer than the agent runs.
/// </summary>
internal sealed partial class KeptPrompts(ReplicaContext context)
{
    private const string FolderName = "slots";

    // Others wait for the memory, and a request for the model.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private readonly ILogger _logger = context.Loggers.CreateLogger<KeptPrompts>();
    private SlotFiles? _files;

    /// <summary>Folder for the next engine; null when nothing is kept. What belongs to another file or engine goes.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="digest">Digest of its weights.</param>
    /// <param name="engineVersion">The engine's version.</param>
    public string? Prepare(ModelReplica replica, string? digest, string? engineVersion)
    {
        string root = Path.Combine(
            LaunchPlan.RuntimeFolder(context.Options.RunDirectory, replica.Key),
            FolderName
        );
        if (
            MostBytes(replica) == 0
            || digest is null
            || engineVersion is null
            || replica.Spec.Engine.Kind != Api.V1Alpha1.EngineKind.LlamaCpp
        )
        {
            _files = null;
            new SlotFiles(root).Delete();
            return null;
        }

        // Adapters and projectors are of the artifact.
        string artifact = KubernetesJson.ToText(replica.Spec.Artifact with { ResolvedAt = null });
        string way = $"{digest}\n{artifact}\n{engineVersion}\n{KubernetesJson.ToText(replica.Spec.Engine)}";
        string folder = Path.Combine(
            root,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(way)))[..16]
        );
        if (Directory.Exists(root) && !Directory.Exists(folder))
        {
            Directory.Delete(root, recursive: true);
        }

        Directory.CreateDirectory(
            folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        _files = new SlotFiles(folder);
        return folder;
    }

    /// <summary>The engine is about to leave memory.</summary>
    public Task SaveAsync(ModelReplica replica, IEngineInstance engine) =>
        TryAsync(
            replica,
            "kept",
            (files, token) =>
                files.SaveAsync(engine, replica.Spec.Engine.ParallelSequences, MostBytes(replica), token),
            CancellationToken.None
        );

    /// <summary>The engine is in memory, and nobody has asked it yet.</summary>
    /// <returns>True when it has something again.</returns>
    public async Task<bool> RestoreAsync(
        ModelReplica replica,
        IEngineInstance engine,
        CancellationToken cancellationToken
    ) =>
        await TryAsync(
            replica,
            "restored",
            (files, token) => files.RestoreAsync(engine, replica.Spec.Engine.ParallelSequences, token),
            cancellationToken
        ) > 0;

    /// <summary>The replica leaves this agent.</summary>
    public void Delete() => _files?.Delete();

    private static long MostBytes(ModelReplica replica) => replica.Spec.Loading.KeptPrompts?.Bytes ?? 0;

    // What is lost is evaluated again: it is worth a line, and no failure.
    private async Task<long> TryAsync(
        ModelReplica replica,
        string what,
        Func<SlotFiles, CancellationToken, Task<long>> act,
        CancellationToken cancellationToken
    )
    {
        if (_files is not { } files)
        {
            return 0;
        }

        using CancellationTokenSource limit = new(s_limit, context.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            limit.Token
        );
        try
        {
            long tokens = await act(files, either.Token);
            LogTokens(replica.Key, tokens, what);
            return tokens;
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException or UnauthorizedAccessException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            LogLost(replica.Key, what, error.Message);
            return 0;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Replica}: {Tokens} tokens of prompts {What}.")]
    private partial void LogTokens(Kubernetes.Meta.ObjectKey replica, long tokens, string what);

    [LoggerMessage(LogLevel.Warning, "{Replica}: prompts could not be {What}: {Error}")]
    private partial void LogLost(Kubernetes.Meta.ObjectKey replica, string what, string error);
}
