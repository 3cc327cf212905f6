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
    private readonly SourceSecrets _secrets = new(context.Client);

    /// <summary>Owner of a replica's pins.</summary>
    public static string PinOwner(ObjectKey replica) => $"replica:{replica}";

    /// <summary>One attempt: the files, or what is in the way.</summary>
    public async Task<(StoredModelFiles? Files, ReplicaFailure? Failure)> GetAsync(
        ModelReplica replica,
        CancellationToken cancellationToken
    )
    {
        try
        {
            PullRequest request = RequestFor(replica);
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
            context.Store.Pins.Set(PinOwner(replica.Key), files.Files.Select(file => file.Digest));
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
            Credentials = token =>
                _secrets.ReadAsync(replica.Metadata.Namespace, replica.Spec.Artifact.Source, token),
            OnDigestMismatch = message =>
                context.Events.Record(
                    replica,
                    EventType.Warning,
                    ModelReplicaConditions.DigestMismatch,
                    "Pull",
                    message
                ),
        };

    private static ModelDigest? Pinned(ModelArtifact artifact) =>
        string.IsNullOrEmpty(artifact.Digest) ? null : ModelDigest.Parse(artifact.Digest);
}
