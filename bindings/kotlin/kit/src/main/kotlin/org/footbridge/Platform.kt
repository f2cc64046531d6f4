package org.footbridge

import org.footbridge.ffi.Connectivity
import org.footbridge.ffi.Network
import org.footbridge.ffi.SecretStore

/**
 * Where the phone keeps the key of the store: on Android, wrapped by a key of the Keystore. For this device
 * alone: in no backup, on no other device. What it throws leaves the store locked.
 */
public interface SecretKeeper {
    /** What is kept; null where nothing was ever kept. */
    public fun load(): ByteArray?

    /** Keeps 32 bytes. */
    public fun save(secret: ByteArray)
}

/** What the phone knows of its network (`ConnectivityManager`), while [Footbridge.watch] is collected. */
public interface NetworkWatch {
    /** Watching begins: call [changed] with each change, from any thread. */
    public fun start(changed: (isOnline: Boolean) -> Unit)

    /** Watching has ended. */
    public fun stop()
}

internal class KeptSecrets(
    private val keeper: SecretKeeper,
) : SecretStore {
    override fun load(): ByteArray? = keeper.load()

    override fun save(secret: ByteArray): Unit = keeper.save(secret)
}

internal class PhoneConnectivity(
    private val phone: NetworkWatch,
) : Connectivity {
    override fun started(network: Network): Unit = phone.start { isOnline -> network.changed(isOnline) }

    override fun stopped(): Unit = phone.stop()
}
