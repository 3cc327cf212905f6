using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>One object that a reconcile wrote or deleted, and how a cache shows that it knows (C31).</summary>
/// <param name="Type">Kind.</param>
/// <param name="Key">Object.</param>
internal abstract record OwnChange(Type Type, ObjectKey Key)
{
    /// <summary>True or false where the cache alone tells whether it shows the change; null where the server must be asked.</summary>
    public abstract bool? IsShownBy(IInformer informer);

    /// <summary>Asks the server where the cache alone does not tell.</summary>
    public abstract Task<bool> IsUpToDateAsync(
        IInformer informer,
        IKubernetesClient client,
        CancellationToken cancellationToken
    );

    /// <summary>A write: the cache has reached its version.</summary>
    /// <param name="Type">Kind.</param>
    /// <param name="Key">Object.</param>
    /// <param name="Version">Version that the server answered.</param>
    /// <param name="ReadLiveVersion">Asks the server for the present version; null when the object is gone.</param>
    public sealed record Write(
        Type Type,
        ObjectKey Key,
        string Version,
        Func<IKubernetesClient, CancellationToken, Task<string?>> ReadLiveVersion
    ) : OwnChange(Type, Key)
    {
        public override bool? IsShownBy(IInformer informer) =>
            ResourceVersions.Compare(informer.ReachedVersion, Version) is { } order ? order >= 0 : null;

        public override async Task<bool> IsUpToDateAsync(
            IInformer informer,
            IKubernetesClient client,
            CancellationToken cancellationToken
        ) =>
            informer.Cached(Key)?.Metadata.ResourceVersion
            == await ReadLiveVersion(client, cancellationToken);
    }

    /// <summary>
    /// A deletion: the server's answer names no version, so the cache shows it when the object is gone, on its way, or
    /// another one of the same name.
    /// </summary>
    /// <param name="Type">Kind.</param>
    /// <param name="Key">Object.</param>
    /// <param name="Uid">UID of what was deleted; null for what the cache shows after the reconcile.</param>
    public sealed record Deletion(Type Type, ObjectKey Key, string? Uid) : OwnChange(Type, Key)
    {
        /// <summary>The same deletion with the UID that a cache knows, where none was named.</summary>
        public Deletion Of(IInformer informer) =>
            Uid is not null ? this : this with { Uid = informer.Cached(Key)?.Metadata.Uid };

        public override bool? IsShownBy(IInformer informer) =>
            informer.Cached(Key) is not { } cached || cached.IsBeingDeleted || cached.Metadata.Uid != Uid;

        public override Task<bool> IsUpToDateAsync(
            IInformer informer,
            IKubernetesClient client,
            CancellationToken cancellationToken
        ) => Task.FromResult(IsShownBy(informer) == true);
    }
}
