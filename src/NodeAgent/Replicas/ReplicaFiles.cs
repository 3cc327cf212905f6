using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Gets the files of a replica into the store and keeps them pinned.</summary>
[Rbac<Secret>("get", Scope = RbacScope.NamedObjects)]
internal sealed class ReplicaFiles(ReplicaContext context, ReplicaBoard board)
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();

    // Each step is told once, and not at each try.
    private readonly HashSet<(string? Digest, string From)> _fallen = [];
    private readonly SourceSecrets _secrets = new(context.Client, context.Options.SourceSettings);

    /// <summary>Owner of a replica's pins.</summary>
    public static string PinOwner(ObjectKey replica) => $"replica:{replica}";

    /// <summary>Owner of the pins of what a replica will be loaded from next, beside what it is loaded from now.</summary>
    public static string NextPinOwner(ObjectKey replica) => $"replica-next:{replica}";

    /// <summary>One attempt: the files, or what is in the way. They are pinned for the replica.</summary>
    public async Task<(StoredModelFiles? Files, ReplicaFailure? Failure)> GetAsync(
        ModelReplica replica,
        CancellationToken cancellationToken
    )
    {
        (StoredModelFiles?, ReplicaFailure?) result = await GetAsync(
            replica,
            PinOwner(replica.Key),
            cancellationToken
        );
        if (result.Item1 is not null)
        {
            context.Store.Pins.Remove(NextPinOwner(replica.Key));
        }

        return result;
    }

    /// <summary>As the other, while the replica still uses what it was loaded from before.</summary>
    public Task<(StoredModelFiles? Files, ReplicaFailure? Failure)> GetAheadAsync(
        ModelReplica replica,
        CancellationToken cancellationToken
    ) => GetAsync(replica, NextPinOwner(replica.Key), cancellationToken);

    private async Task<(StoredModelFiles? Files, ReplicaFailure? Failure)> GetAsync(
        ModelReplica replica,
        string pinOwner,
        CancellationToken cancellationToken
    )
    {
        try
        {
            PullRequest request = RequestFor(replica) with { PinOwner = pinOwner };
            Func<PullProgress>? look = null;
            Task<StoredModelFiles> pull = context.Puller.PullAsync(
                request,
                progress => look = progress,
                cancellationToken
            );
            while (!pull.IsCompleted)
            {
                board.Post(new ReplicaEvent.Pulled(look!()));
                await Task.WhenAny(pull, Task.Delay(s_progressInterval, context.Time, cancellationToken));
            }

            board.Post(new ReplicaEvent.Pulled(look!()));
            StoredModelFiles files = await pull;
            context.Store.Pins.Set(pinOwner, files.Files.Select(file => file.Digest));
            return (files, null);
        }
        catch (Exception error) when (ReasonOf(error) is not null)
        {
            return (null, new ReplicaFailure(ReasonOf(error)!, error.Message));
        }
    }

    private static string? ReasonOf(Exception error) =>
        error switch
        {
            DigestMismatchException => ModelReplicaConditions.DigestMismatch,
            InvalidModelException => ModelReplicaConditions.InvalidModelFile,
            InsufficientDiskException => ModelReplicaConditions.InsufficientDisk,
            ModelSourceException
            or StoreException
            or IOException
            or HttpRequestException
            or FormatException => ModelReplicaConditions.PullFailed,
            _ => null,
        };

    private PullRequest RequestFor(ModelReplica replica) =>
        new()
        {
            Source = ArtifactFiles.SourceOf(replica.Spec.Artifact),
            Expected = Pinned(replica.Spec.Artifact),
            PinOwner = PinOwner(replica.Key),
            Mirrors =
            [
                .. ArtifactOrigins
                    .Of(replica.Spec.Artifact)
                    .Where(origin => origin is { IsMirror: true, Source: PinnedSource })
                    .Select(origin => new PullMirror(
                        (PinnedSource)origin.Source,
                        token => _secrets.ReadAsync(replica.Metadata.Namespace, origin.Declared, token)
                    )),
                .. ConfiguredMirror.Of(
                    context.Options.Mirror,
                    context.Options.MirrorToken,
                    ArtifactFiles.SourceOf(replica.Spec.Artifact),
                    SourceSecrets.NameOf(replica.Spec.Artifact.Source) is not null
                )
                    is { } last
                    ? [last]
                    : Array.Empty<PullMirror>(),
            ],
            Namespace = replica.Metadata.Namespace ?? "",
            IsPrivate = SourceSecrets.NameOf(replica.Spec.Artifact.Source) is not null,
            Replica = replica.Key,
            Credentials = token =>
                _secrets.ReadAsync(replica.Metadata.Namespace, replica.Spec.Artifact.Source, token),
            OnFall = fall => TellFall(replica, fall),
            OnDigestMismatch = message =>
                context.Events.Record(
                    replica,
                    EventType.Warning,
                    ModelReplicaConditions.DigestMismatch,
                    "Pull",
                    message
                ),
        };

    private void TellFall(ModelReplica replica, PullFall fall)
    {
        lock (_lock)
        {
            if (!_fallen.Add((replica.Spec.Artifact.Digest, fall.From)))
            {
                return;
            }
        }

        context.Events.Record(
            replica,
            EventType.Warning,
            ModelReplicaConditions.PullFellBack,
            "Pull",
            fall.ToString()
        );
    }

    private static ModelDigest? Pinned(ModelArtifact artifact) =>
        string.IsNullOrEmpty(artifact.Digest) ? null : ModelDigest.Parse(artifact.Digest);
}
