package org.footbridge

import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals

class ApiDumpTest {
    /** `-Dapi.update=true` writes it anew. */
    @Test
    fun `the public API is the committed one`() {
        val classes = File(System.getProperty("api.classes")).walk().filter { it.extension == "class" }.sorted()
        val filters = AbiFilters(emptySet(), emptySet(), emptySet(), emptySet())
        val now = buildString { AbiTools.getInstance().printJvmDump(this, classes.asIterable(), filters) }
        val file = File(System.getProperty("api.file"))
        if (System.getProperty("api.update") == "true") file.apply { parentFile.mkdirs() }.writeText(now)
        assertEquals(file.readText(), now)
    }
}
