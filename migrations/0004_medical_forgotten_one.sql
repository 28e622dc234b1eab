CREATE TABLE `dataset_items` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`id` text NOT NULL,
	`from_version` integer NOT NULL,
	`to_version` integer,
	`input` text NOT NULL,
	`expected` text,
	`metadata` text,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `id`, `from_version`)
);
--> statement-breakpoint
CREATE TABLE `dataset_versions` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`version` integer NOT NULL,
	`change` text NOT NULL,
	`added` integer NOT NULL,
	`removed` integer NOT NULL,
	`items` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `datasets` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`version` integer NOT NULL,
	`items` integer NOT NULL,
	`stored_items` integer NOT NULL,
	`stored_bytes` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `datasets_deleted` ON `datasets` (`deleted_at`) WHERE deleted_at IS NOT NULL AND stored_items > 0;