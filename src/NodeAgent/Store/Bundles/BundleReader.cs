using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// Takes the models of a bundle into a store: all of them, or nothing. Names in the archive are compared with what the
/// index and manifests list and are never a path; every length is checked before bytes are taken, every digest after.
/// </summary>
public static class BundleReader
{
    /// <summary>Imports a bundle.</summary>
    /// <param name="store">Store that gets the models.</param>
    /// <param name="file">The bundle.</param>
    /// <param name="trust">Which bundles are taken.</param>
    /// <param name="progress">Told about each MiB; null for nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">The bundle is not trusted, damaged, or no bundle; nothing was taken.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store not be written.</exception>
    public static async Task<BundleImport> ImportAsync(
        ModelStore store,
        string file,
        BundleTrust trust,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await using FileStream input = new(
            file,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 20,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        return await ImportAsync(store, new SystemDiskSpace(), input, trust, progress, cancellationToken);
    }

    internal static async Task<BundleImport> ImportAsync(
        ModelStore store,
        IDiskSpace disk,
        Stream input,
        BundleTrust trust,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await RunAsync(store, disk, new BundleInput(input), trust, progress, cancellationToken);
        }
        catch (EndOfStreamException error)
        {
            throw new StoreException(
                "The bundle is truncated: it ends before all of its files; copy it again.",
                error
            );
        }
    }

    private static async Task<BundleImport> RunAsync(
        ModelStore store,
        IDiskSpace disk,
        BundleInput input,
        BundleTrust trust,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await input.ReadNamedAsync(BundleNames.Layout, cancellationToken);
        byte[] index = await input.ReadNamedAsync(BundleNames.Index, cancellationToken);
        TarHeader? header = await input.NextAsync(cancellationToken);
        BundleSignature? signature = null;
        if (header?.Name == BundleNames.Signature)
        {
            signature = BundleSignature.Parse(await input.ReadTextAsync(header, cancellationToken));
            header = await input.NextAsync(cancellationToken);
        }

        // Before anything that the index says is believed.
        string? signedBy = trust.Require(index, signature);
        BundleListing listing = new(index);
        using BundleIntake intake = new(store, disk, listing, progress);
        for (; header is not null; header = await input.NextAsync(cancellationToken))
        {
            ModelDigest digest = listing.Take(header);
            if (listing.ManifestOf(digest) is { } manifest)
            {
                listing.Add(manifest, await input.ReadTextAsync(header, cancellationToken));
            }
            else
            {
                await intake.TakeAsync(input, header, digest, cancellationToken);
            }
        }

        listing.RequireAll();
        long bytes = intake.Commit();
        return new BundleImport([.. listing.Models.Select(m => m.Model)], signedBy, bytes);
    }
}
